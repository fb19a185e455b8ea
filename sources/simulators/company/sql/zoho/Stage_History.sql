select
    zoho_id(Id) as id,
    zoho_id(OpportunityId) as Parent_Id,
    StageName as Stage,
    Amount,
    ExpectedRevenue as Expected_Revenue,
    Probability::integer as Probability,
    CloseDate as Closing_Date,
    CreatedDate as Created_Time,
    CreatedDate as Modified_Time,
from branch."OpportunityHistory"
