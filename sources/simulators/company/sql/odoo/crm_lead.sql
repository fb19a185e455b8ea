with left_stages as (
    select OpportunityId, max_by(FromOpportunityStageName, CreatedDate) as stage from branch."OpportunityHistory" group by OpportunityId
)

select
    number_of(l.Id) as id, 'lead' as type, concat_ws(' ', l.FirstName, l.LastName) as name,
    number_of(coalesce(l.ConvertedContactId, b.firm)) as partner_id, nullif(l.Company, '[not provided]') as partner_name,
    concat_ws(' ', l.FirstName, l.LastName) as contact_name, l.Email as email_from, l.Phone as phone, l.Title as "function",
    l.Street as street, l.PostalCode as zip, l.City as city, country_number(l.Country) as country_id, 1 as stage_id,
    number_of(l.OwnerId) as user_id, 1 as company_id, null as expected_revenue, 10.0 as probability, null as date_closed,
    l.ConvertedDate::timestamp::varchar as date_conversion, null as date_deadline, source_number(l.LeadSource) as source_id, true as active,
    l.CreatedDate::varchar as create_date, l.SystemModstamp::varchar as write_date,
from branch."Lead" as l
left join branch.buyers as b on l.ConvertedAccountId = b.AccountId
where not l.IsDeleted
union all
select
    number_of(o.Id), 'opportunity', o.Name, number_of(coalesce(o.ContactId, b.firm, b.person)), null, null, null, null, null, null, null,
    null, null, case when o.IsClosed and not o.IsWon then stage_number(s.stage) else stage_number(o.StageName) end, number_of(o.OwnerId), 1,
    o.Amount::varchar, o.Probability::double, case when o.IsClosed then o.CloseDate::timestamp::varchar end, null,
    case when not o.IsClosed then o.CloseDate::varchar end, source_number(o.LeadSource), not (o.IsClosed and not o.IsWon),
    o.CreatedDate::varchar, o.SystemModstamp::varchar,
from branch."Opportunity" as o
left join branch.buyers as b on o.AccountId = b.AccountId
left join left_stages as s on o.Id = s.OpportunityId
