select
    number_of(Id) as accountaddressid,
    BillingStreet as bill_street,
    BillingCity as bill_city,
    BillingPostalCode as bill_code,
    BillingCountry as bill_country,
from branch.firms
