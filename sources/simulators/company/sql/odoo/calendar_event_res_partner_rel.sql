select number_of(id) as calendar_event_id, number_of(contact) as res_partner_id
from branch.activities
where kind = 'event' and contact is not null
