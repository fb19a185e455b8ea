"""Who gets the credit for a conversion: whole-number shares that sum exactly.

Weights and amounts are whole numbers, and what division leaves over goes to the largest remainders, the earlier touch
first: shares sum to their amount to the last unit, and are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_SCALE = 1_000_000_000  # steps of a weight that is no whole number

# model -> weight of a touch; only those of one conversion are compared with each other
WEIGHTS = {
    "first": "case when touch_number = 1 then 1 else 0 end",
    "last": "case when touch_number = touch_count then 1 else 0 end",
    "linear": "1",
    # 40 % each to the first and the last touch, the rest evenly to those between; half each where there are only two
    "position": """
        case
            when touch_count <= 2 then 1
            when touch_number in (1, touch_count) then 2 * (touch_count - 2)
            else 1
        end
    """,
    "time_decay": f"greatest(1, round(decay * {_SCALE}))",
}


def credits(touches: str, amounts: str, names: Sequence[str]) -> str:
    """Return the query of what each channel gets of each conversion, one row per conversion, model and channel.

    Args:
        touches: query with conversion, channel, touch_number (from 1), touch_count and decay (0-1, what of a touch's
            weight is left by the time of the conversion) per touch.
        amounts: query with conversion and the whole numbers ``names``; NULL counts as 0.
        names: what is shared out; the result has a column of each name.
    """
    weighed = " union all ".join(
        f"select conversion, channel, touch_number, '{model}' as model, ({weight})::hugeint as weight from touches"
        for model, weight in WEIGHTS.items()
    )
    sums = (
        f"sum(sign({name}) * ({name}_share + case when {name}_place <= {name}_left then 1 else 0 end)) as {name}"
        for name in names
    )
    return f"""
        with touches as ({touches}),

        weighed as ({weighed}),

        totals as (
            select *, sum(weight) over (partition by conversion, model) as total from weighed where weight > 0
        ),

        amounts as (
            select conversion, {", ".join(f"coalesce({name}, 0)::hugeint as {name}" for name in names)} from ({amounts})
        ),

        shared as (
            select totals.*, {", ".join(f"{name}, {_share(name)}" for name in names)}
            from totals
            inner join amounts on totals.conversion = amounts.conversion
        ),

        placed as (select *, {", ".join(_place(name) for name in names)} from shared)

        select conversion, model, channel, {", ".join(sums)}
        from placed
        group by conversion, model, channel
    """


def shared_out(amount: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Return whole shares of ``amount`` in proportion to ``weights``; they are 0 where no weight is positive."""
    whole = {name: round(max(0.0, weight) * _SCALE) for name, weight in sorted(weights.items())}
    total = sum(whole.values())
    if not total:
        return dict.fromkeys(whole, 0)
    parts = {name: divmod(abs(amount) * weight, total) for name, weight in whole.items()}
    left = abs(amount) - sum(share for share, _ in parts.values())
    favoured = set(sorted(parts, key=lambda name: (-parts[name][1], name))[:left])
    sign = -1 if amount < 0 else 1
    return {name: sign * (share + (name in favoured)) for name, (share, _) in parts.items()}


def _share(name: str) -> str:
    """Return the columns of a touch's share rounded down, the remainder, and what rounding left over in all."""
    product = f"abs({name}) * weight"
    over = "over (partition by totals.conversion, model)"
    return (
        f"({product}) // total as {name}_share, ({product}) % total as {name}_rest,"
        f" abs({name}) - sum(({product}) // total) {over} as {name}_left"
    )


def _place(name: str) -> str:
    """Return the column of a touch's place by remainder."""
    order = f"{name}_rest desc, touch_number, channel"
    return f"row_number() over (partition by conversion, model order by {order}) as {name}_place"
