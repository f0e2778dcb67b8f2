// Chooses the zone of the machine one sits at, where nothing else was chosen. Without this script one chooses by hand.
for (const field of document.querySelectorAll("select[data-own-zone]")) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (field.value === "UTC" && [...field.options].some((option) => option.value === own)) field.value = own;
}
