select
    'deals' as object,
    hub_id(OpportunityId) as id,
    'dealstage' as property,
    hub_word(StageName) as value,
    CreatedDate as changed_at,
    'CRM_UI' as source_type,
from branch."OpportunityHistory"
