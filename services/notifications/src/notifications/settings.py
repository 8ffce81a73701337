"""What notifications is told by its environment."""

from pathlib import Path
from typing import Self

from pydantic import Field, FilePath, model_validator

from common.settings import Login
from common.settings import Settings as Common

STANDARD_FILE = Path(__file__).parent / "policy.yaml"


class Settings(Common):
    """The settings of notifications."""

    service: str = "notifications"
    gateway: str = Field("", pattern=r"^(https?://\S+)?$", description="URL that each notice is posted to; empty: none")
    policy_file: Path = Field(STANDARD_FILE, description="how people are reached: quiet hours, caps, what is critical")
    ladders: bool = Field(
        True, description="whether what nobody acknowledges climbs its ladder, and silence about risk is paged"
    )
    smtp: str = Field("", pattern=r"^([^\s:]+:\d+)?$", description="mail server, as host:port; empty: no mail")
    smtp_tls: bool = Field(True, description="whether the mail server is spoken to over TLS (STARTTLS)")
    smtp_user: str = Field("", description="who we are to the mail server; empty: it asks nobody")
    smtp_password_file: FilePath | None = Field(None, description="file with that user's password")
    mail_from: str = Field("", description="sender of mail, as `Care team <care@example.org>`; neutral")
    sms: str = Field("", pattern=r"^(https?://\S+)?$", description="URL that texts are posted to; empty: no texts")
    webhook_keys_file: FilePath | None = Field(
        None, description="file with the keys that sign webhooks, one `whsec_…` a line, the newest first; none: none"
    )

    @property
    def smtp_login(self) -> Login | None:
        """Who we are to the mail server; None where it does not ask."""
        if not self.smtp_user or self.smtp_password_file is None:
            return None
        return Login(self.smtp_user, self.smtp_password_file.read_text().strip())

    @property
    def webhook_keys(self) -> list[str]:
        """The keys that sign webhooks, the newest first."""
        return self.webhook_keys_file.read_text().split() if self.webhook_keys_file else []

    @model_validator(mode="after")
    def _channels_are_whole(self) -> Self:
        if self.smtp and "@" not in self.mail_from:
            raise ValueError("THROUGHLINE_SMTP needs THROUGHLINE_MAIL_FROM")
        if self.webhook_keys_file and not all(key.startswith("whsec_") for key in self.webhook_keys):
            raise ValueError("THROUGHLINE_WEBHOOK_KEYS_FILE: each line is a key, as whsec_…")
        return self
