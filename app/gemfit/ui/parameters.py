"""The catalogue's figures of parameters, which it has in English, in the language that is spoken."""

import re

from PySide6.QtCore import QCoreApplication, QLocale

_FORMS = (
    re.compile(r"([\d.]+)B with embeddings, ([\d.]+)B effective"),
    re.compile(r"([\d.]+)B, ([\d.]+)B active"),
    re.compile(r"([\d.]+)B"),
    re.compile(r"([\d.]+)M"),
)


def parameters_text(said: str) -> str:
    """`25.2B, 3.8B active` as `25.2 billion parameters, of which 3.8 billion are active`; other texts as they are."""
    texts = (
        QCoreApplication.translate("Parameters", "%1 billion parameters with embeddings, %2 billion effective"),
        QCoreApplication.translate("Parameters", "%1 billion parameters, of which %2 billion are active"),
        QCoreApplication.translate("Parameters", "%1 billion parameters"),
        QCoreApplication.translate("Parameters", "%1 million parameters"),
    )
    for form, text in zip(_FORMS, texts, strict=True):
        if found := form.fullmatch(said):
            for place, figure in enumerate(found.groups(), 1):
                text = text.replace(f"%{place}", figure.replace(".", QLocale().decimalPoint()))
            return text
    return QCoreApplication.translate("Parameters", "%1 parameters").replace("%1", said)
