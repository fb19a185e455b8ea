-- a row for each stage that was left, with what the deal was saved with then
select
    number_of(Id) as historyid,
    number_of(OpportunityId) as potentialid,
    FromOpportunityStageName as stage,
    Amount as amount,
    Probability as probability,
    CloseDate as closedate,
    CreatedDate as lastmodified,
from branch."OpportunityHistory"
where FromOpportunityStageName is not null
