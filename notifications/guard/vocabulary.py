"""The words by which sentences are read for promises: small lists, each for one question. Pure."""

from notifications.guard.words import PASTS, SAME, listed

STILL_TO_COME = listed("tomorrow tonight overnight next later coming tmrw")
BE = listed("be is are 's am being get gets getting been become becomes stay remain")
# What was pledged, planned or put at an hour may still lie ahead.
MOVES = listed(
    "reach reaches arrive arrives come comes coming go goes going follow follows finish finished finishes complete completed completes end ends"
    " done over close closes run runs out you land lands ready sent issued mailed posted signed"
)
PLEDGED = listed(
    "committed promised pledged vowed assured scheduled planned estimated targeted slated pencilled expected told said guaranteed intended set aimed"
)
# “Down until two” says when it is up again, unless it is planned.
OUT = listed("down offline unavailable degraded interrupted out")
# Telling, unless a thing or the reader does it “again”: then it works again.
AGAIN = listed(
    "answer answers respond responds publish post share report call ring email message present talk speak reply show shows"
)
QUESTIONS = listed("what when where who which why how whether")
HAVE = listed("has have")
SEEMS = listed("seem seems seemed appear appears appeared")
RUNS = listed("run runs job jobs patch import imports export batch update process task backup load sync release")
WAS = listed("was were had did")
MAYBE_PAST = WAS | SAME | PASTS
MODAL = listed("will shall should would could can may might must to")
OBJECTS = listed("it this that them you everything things us all")
DETERMINERS = listed("the a an your our all these those every each any some more of no for with last lost my their its")


THINGS = listed(
    "lift lifts land lands ship ships switches load loads address addresses handle handles nail nails stops patches"
)
WEEKDAYS = listed("monday tuesday wednesday thursday friday saturday sunday")
PARTS = listed("morning afternoon evening night")
OWNED = listed("your our the every each last")
MODALLED = listed("have be not still see need miss contain lack take get show also come")
# “I put it back on Monday”: the past of those who write, though it looks like the present.
WRITERS = listed("we i they he she")
REST = listed("it rest remainder others everything service services this that they remaining missing lost all")
UNTIL = ("until", "till", "til")
# What says nothing of a repair by itself: “will be in”, “is there”.
BARE = listed("be is are 's in go goes get")
LETTERS = (["update"], ["message"], ["note"], ["letter"], ["mail"], ["email"], ["report"], ["summary"], ["call"])
NAMING = listed(
    "as the a an our their time hour moment end start point date day of for likely planned full estimated expected"
)
MODALS = listed("will shall should expect hope aim going confident deadline eta target goal estimate")
# What those who read are asked to pass on.
RELAYS = listed("tell inform reassure assure remind")
SECONDS = listed("second seconds milliseconds ms")
NOWADAYS = listed("now currently presently present moment")
LOADS = listed("reach reaches arrive arrives load loads come show appear see")
