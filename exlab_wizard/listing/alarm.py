"""Owns the words about a damaged NAS copy, alone and beside whatever else its run does. Pure."""

from __future__ import annotations

from dataclasses import replace

from exlab_wizard.api.models import DisplayState
from exlab_wizard.listing.shown import Action, Display
from exlab_wizard.station.registry import Damage, Run


def damaged(run: Run, damage: Damage) -> Display:
    """Nothing heals it by itself: what staging has is not enough."""
    it = "it" if damage.count == 1 else "them"
    waits = " It is about to be read again." if run.job is not None and run.job.live else ""
    return Display(
        DisplayState.FAILED,
        f"{damage.sentence}{waits}",
        f"Put {it} back from a backup or snapshot of the NAS, then run `exlab-wizard verify {run.path.leaf}`.",
        True,
        ("force_sync" if run.local_files else "restore", "acknowledge", "log"),
    )


def with_damage(run: Run, shown: Display) -> Display:
    """Damage is told whatever else the run does; it asks for attention until healed or acknowledged."""
    damage = run.durable.damage
    if damage is None or damage.sentence in shown.why:
        return shown
    if damage.acknowledged_by:
        return replace(shown, why=f"{shown.why} {damage.sentence[:-1]} (acknowledged by {damage.acknowledged_by}).")
    return replace(shown, why=f"{damage.sentence} {shown.why}", needs_attention=True, actions=_acknowledgeable(shown))


def _acknowledgeable(shown: Display) -> tuple[Action, ...]:
    """With the taking note: after the way to mend what failed, before what is done by itself anyway."""
    if "acknowledge" in shown.actions:
        return shown.actions
    others = tuple(action for action in shown.actions if action != "log")
    return (*others, "acknowledge", "log") if shown.state is DisplayState.FAILED else ("acknowledge", *others, "log")
