"""Pictures that people send, made anew: what a browser gets is ours, pixel by pixel, and nothing else."""

import io

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from members.refusals import Refused

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 16_000_000
SIDE = 512

NO_PICTURE = _("This file is no PNG, JPEG or WebP picture that can be read. Nothing was changed.")
TOO_LARGE = _("The picture is too large: 2 MB and 16 million pixels at most. Nothing was changed.")


def logo_of(content: bytes) -> bytes:
    """The picture as a PNG of 512 pixels a side at most, without anything that it carried along.

    Its size is read from the head of the file before a pixel of it is unpacked. Raises Refused.
    """
    if len(content) > MAX_BYTES:
        raise Refused(TOO_LARGE)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as sent:
            if sent.width * sent.height > MAX_PIXELS:
                raise Refused(TOO_LARGE)
            upright = ImageOps.exif_transpose(sent).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise Refused(TOO_LARGE) from fault
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as fault:
        raise Refused(NO_PICTURE) from fault
    upright.thumbnail((SIDE, SIDE))
    bare = Image.new("RGBA", upright.size)
    bare.paste(upright)
    made = io.BytesIO()
    bare.save(made, "PNG", optimize=True)
    return made.getvalue()
