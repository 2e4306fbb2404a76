"""Whose turn it is, as sentences by task: running, late, held back, without a date.

`{due}` and `{left}` are the date and the days to it, `{since}` the day from which something holds.
"""

from django.utils.translation import gettext

from .casefile import Hold, Task

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
    Task.SCREEN: lambda: gettext(
        "The convener of the group {group} decides next whether to take the case up, by {due}: {left}"
    ),
    Task.DISCUSS: lambda: gettext(
        "It is with the group {group}, which decides where it goes by {due}: {left}"
    ),
    Task.REFER_AGAIN: lambda: gettext("The group {group} names another lead body next, by {due}: {left}"),
    Task.INFORM: lambda: gettext("The proposer next sends the information asked for, by {due}: {left}"),
    Task.ANSWER: lambda: gettext("{body} answers next, by {due}: {left}"),
    Task.REPLY: lambda: gettext(
        "The proposer replies to {body} next, by {due}: {left}; meanwhile its clock stands"
    ),
    Task.CLOSE: lambda: gettext(
        "Answered. The proposer may accept the answer until {due}; the case then closes"
    ),
}
LATE = {
    Task.SCREEN: lambda: gettext("The convener of the group {group} was to decide by {due}: {left}"),
    Task.DISCUSS: lambda: gettext("The group {group} was to decide by {due}: {left}"),
    Task.REFER_AGAIN: lambda: gettext("The group {group} was to name another lead body by {due}: {left}"),
    Task.INFORM: lambda: gettext("The proposer was to send the information by {due}: {left}"),
    Task.ANSWER: lambda: gettext("{body} was to answer by {due}: {left}"),
    Task.REPLY: lambda: gettext("The proposer was to reply to {body} by {due}: {left}"),
    Task.CLOSE: lambda: gettext("Answered. The time to accept the answer ended on {due}; the case closes"),
}
UNDATED = {
    Task.SCREEN: lambda: gettext(
        "The convener of the group %(group)s decides next whether to take the case up"
    ),
    Task.DISCUSS: lambda: gettext("It is with the group %(group)s, which decides where it goes"),
    Task.REFER_AGAIN: lambda: gettext("The group %(group)s names another lead body next"),
    Task.INFORM: lambda: gettext("The proposer next sends the information asked for"),
    Task.ANSWER: lambda: gettext("%(body)s answers next"),
    Task.REPLY: lambda: gettext("The proposer replies to %(body)s next; meanwhile its clock stands"),
    Task.CLOSE: lambda: gettext("Answered by the lead body"),
    Task.FOLLOW_UP: lambda: gettext(
        "Answered. The case stays open until what the ministries promised is done or dropped"
    ),
}
