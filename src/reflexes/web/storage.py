"""Static files named by their content, pages included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc, unused-ignore]
    """WhiteNoise's storage, which also follows the files that a static page names.

    Only files named by their content are kept in production, so a page that stands alone (``lottery/verify.html``) must
    name its script and its style by these names too.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "*.html",
            (
                (r"""(?P<matched>src="(?P<url>[^"]+)")""", 'src="%(url)s"'),
                (r"""(?P<matched>href="(?P<url>[^"]+)")""", 'href="%(url)s"'),
            ),
        ),
    )
