select
    number_of(Id) as potentialid,
    'POT' || counter_of(Id) as potential_no,
    number_of(AccountId) as related_to,
    number_of(ContactId) as contact_id,
    Name as potentialname,
    Amount as amount,
    CloseDate as closingdate,
    Probability as probability,
    StageName as sales_stage,
    Type as potentialtype,
    LeadSource as leadsource,
from branch."Opportunity"
