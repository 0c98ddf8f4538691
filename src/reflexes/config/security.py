"""The Content-Security-Policy: nothing by default, nothing inline, nothing from outside."""

from typing import Any


def content_security_policy() -> dict[str, Any]:
    """Return django-csp's strictest policy that every screen works under."""
    return {
        "DIRECTIVES": {
            "default-src": ["'none'"],
            "script-src": ["'self'"],
            "style-src": ["'self'"],
            "connect-src": ["'self'"],
            "font-src": ["'self'"],
            "img-src": ["'self'", "data:"],
            "manifest-src": ["'self'"],
            "worker-src": ["'self'"],
            "form-action": ["'self'"],
            "frame-ancestors": ["'none'"],
            "base-uri": ["'none'"],
        }
    }
