select '60001' as id, 'Nordwind' as company_name, 'Euro' as currency, 'EUR' as iso_code, 'Europe/Berlin' as time_zone, true as mc_status
