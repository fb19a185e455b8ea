select
    crmid, setype,
    coalesce(owner, 0) as smownerid,
    created_at as createdtime,
    modified_at as modifiedtime,
    is_deleted::integer as deleted,
from entities
