create or replace macro zoho_id(id) as '4000000' || lpad(number_of(id)::varchar, 12, '0');
