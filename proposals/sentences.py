"""Whose turn it is, as sentences by task: running, late, held back, without a date.

`{due}` and `{left}` are the date and the days to it, `{since}` the day from which something holds, `{team}`
the group, `{who}` of its officers the one who screens.
"""

from django.utils.translation import gettext

from workinggroups.models import Seat

from .casefile import Hold, Task

SCREENERS = {
    Seat.Role.CONVENER: lambda: gettext("The convener of the group %(team)s"),
    Seat.Role.DEPUTY: lambda: gettext("The deputy convener of the group %(team)s"),
    Seat.Role.SECRETARY: lambda: gettext("The secretary of the group %(team)s"),
    None: lambda: gettext("The secretariat, for the group %(team)s,"),
}
"""By the seat that `casefile` finds beside a case: none where nobody of the group may decide."""

HELD = {
    Hold.NOT_RECEIVED: lambda: gettext(
        "{body} answers next, but is not known to have received the case yet; counted from the expected "
        "receipt its answer is due {due}"
    ),
    Hold.PROVED: lambda: gettext(
        "{body} is proved to have answered by letter of {since}, in time; its answer is still to be "
        "published here"
    ),
}
RUNNING = {
    Task.SCREEN: lambda: gettext("{who} decides next whether to take the case up, by {due}: {left}"),
    Task.DISCUSS: lambda: gettext(
        "It is with the group {team}, which decides where it goes by {due}: {left}"
    ),
    Task.REFER_AGAIN: lambda: gettext("The group {team} names another lead body next, by {due}: {left}"),
    Task.INFORM: lambda: gettext("The proposer next sends the information asked for, by {due}: {left}"),
    Task.ANSWER: lambda: gettext("{body} answers next, by {due}: {left}"),
    Task.REPLY: lambda: gettext(
        "The proposer replies to {body} next, by {due}: {left}; meanwhile its clock stands"
    ),
    Task.TAKE_OVER: lambda: gettext(
        "The proposer has left the alliance. A co-sponsor or an association may take the case over by {due}: "
        "{left}"
    ),
    Task.CLOSE: lambda: gettext(
        "Answered. The proposer may accept the answer until {due}; the case then closes"
    ),
}
LATE = {
    Task.SCREEN: lambda: gettext("{who} was to decide by {due}: {left}"),
    Task.DISCUSS: lambda: gettext("The group {team} was to decide by {due}: {left}"),
    Task.REFER_AGAIN: lambda: gettext("The group {team} was to name another lead body by {due}: {left}"),
    Task.INFORM: lambda: gettext("The proposer was to send the information by {due}: {left}"),
    Task.ANSWER: lambda: gettext("{body} was to answer by {due}: {left}"),
    Task.REPLY: lambda: gettext("The proposer was to reply to {body} by {due}: {left}"),
    Task.TAKE_OVER: lambda: gettext(
        "The proposer has left the alliance, and nobody took the case over by {due}; it ends"
    ),
    Task.CLOSE: lambda: gettext("Answered. The time to accept the answer ended on {due}; the case closes"),
}
UNDATED = {
    Task.SCREEN: lambda: gettext("%(who)s decides next whether to take the case up"),
    Task.DISCUSS: lambda: gettext("It is with the group %(team)s, which decides where it goes"),
    Task.REFER_AGAIN: lambda: gettext("The group %(team)s names another lead body next"),
    Task.INFORM: lambda: gettext("The proposer next sends the information asked for"),
    Task.ANSWER: lambda: gettext("%(body)s answers next"),
    Task.REPLY: lambda: gettext("The proposer replies to %(body)s next; meanwhile its clock stands"),
    Task.CLOSE: lambda: gettext("Answered by the lead body"),
    Task.FOLLOW_UP: lambda: gettext(
        "Answered. The case stays open until what the ministries promised is done or dropped"
    ),
}
