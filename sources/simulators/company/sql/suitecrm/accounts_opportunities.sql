select
    guid_of(Id || 'account') as id, guid_of(Id) as opportunity_id, guid_of(AccountId) as account_id, CreatedDate as date_modified, 0 as deleted,
from branch."Opportunity"
