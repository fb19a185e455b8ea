select
    guid_of(Id || 'account') as id, guid_of(Id) as contact_id, guid_of(AccountId) as account_id, SystemModstamp as date_modified,
    IsDeleted::int as deleted,
from branch.people
where AccountId is not null
