-- what a campaign costs is booked once, where the company runs it
select
    guid_of(Id) as id, Name as name, CreatedDate as date_entered, SystemModstamp as date_modified, 0 as deleted, StartDate as start_date,
    EndDate as end_date, case Status when 'Completed' then 'Complete' when 'In Progress' then 'Active' else 'Planning' end as status,
    '-99' as currency_id, Type as campaign_type,
from branch."Campaign"
