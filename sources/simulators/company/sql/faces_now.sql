r.record, greatest(
    r.created_at,
    past(r.moved_at, r.created_at), past(r.married_at, r.created_at),
    past(r.email_changed_at, r.created_at), past(r.phone_changed_at, r.created_at), past(r.ended_at, r.created_at)
) as modified_at,
r.ended_at <= now() as is_deleted,
