select
    guid_of(Id) as id, Name as name, CreatedDate as date_entered, SystemModstamp as date_modified, 0 as deleted,
    guid_of(OwnerId) as assigned_user_id, Type as opportunity_type, LeadSource as lead_source, Amount::double as amount,
    Amount::double as amount_usdollar, '-99' as currency_id, CloseDate as date_closed,
    case when IsWon then 'Closed Won' when IsClosed then 'Closed Lost' else StageName end as sales_stage, Probability::double as probability,
from branch."Opportunity"
