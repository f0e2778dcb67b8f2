// Counts the seconds in which a letter can still be taken back, by the server's clock. The instant stands in the page
// already: without this script it reads "leaves at 14:05:20", and the button works all the same.
(() => {
  const node = document.querySelector("time[data-leaves]");
  if (!node) return;
  const skew = Date.parse(document.body.dataset.now || "") - Date.now() || 0;
  const until = Date.parse(node.dateTime), card = node.closest(".undo");
  const tick = () => {
    const left = Math.ceil((until - Date.now() - skew) / 1000);
    if (left <= 0) {
      card.hidden = true;
      clearInterval(timer);
      return;
    }
    node.textContent = `${node.dataset.at} (${left} s)`;
  };
  node.dataset.at = node.textContent;
  const timer = setInterval(tick, 250);
  tick();
})();
