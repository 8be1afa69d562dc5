"""`kiosk tls init`."""

from datetime import datetime

import click

from kiosk.commands.voice import Voice, voice
from kiosk.scoring.problems import N_
from kiosk.tls.names import given_names
from kiosk.tls.setting_up import Made, set_up


@click.command("init")
@click.option("--name", "names", metavar="NAME", multiple=True, help="One more name of this box.")
@click.option("--ip", "addresses", metavar="ADDRESS", multiple=True, help="One more address of this box.")
@click.option("--renew", is_flag=True, help="Make a new server certificate even if this one is still good.")
@click.option(
    "--new-authority", is_flag=True, help="Make a new authority: every tablet needs its certificate anew."
)
def tls_init_command(
    names: tuple[str, ...], addresses: tuple[str, ...], renew: bool, new_authority: bool
) -> None:
    """Make an authority for this box and its server certificate, so that the recorders' tablets can use https.

    Run again, it keeps the authority. The certificate names the host of KIOSK_BASE_URL, the address in the network,
    the machine's .local name, and what is given here; names given before hold until others are given.
    """
    with voice() as speaking:
        now = datetime.now(speaking.settings.zone)
        given = given_names(names, addresses)
        _tell(speaking, set_up(speaking.settings, now, given, renew, new_authority))


def _tell(speaking: Voice, made: Made) -> None:
    found, settings = made.kept, speaking.settings
    if made.new_authority:
        speaking.say(
            N_("Made an authority for this box. Its certificate goes on every recorder's tablet, once.")
        )
    else:
        speaking.say(N_("The authority stays: tablets that have its certificate need nothing new."))
    sentence = N_("The server's certificate is good until %(day)s, for %(names)s.")
    speaking.say(sentence, day=found.ends.astimezone(settings.zone).date(), names=", ".join(found.names))
    speaking.say(N_("Fingerprint (SHA-256) of the authority: %(fingerprint)s"), fingerprint=found.fingerprint)
    if not settings.tls_port:
        speaking.say(N_("Https is switched off by KIOSK_TLS_PORT."))
    elif made.new_authority or made.new_server:
        speaking.say(
            N_("Restart the server, then open %(address)s on each tablet."), address=f"{settings.url}/tls"
        )
