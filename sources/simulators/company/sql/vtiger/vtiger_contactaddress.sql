select
    number_of(Id) as contactaddressid,
    MailingStreet as mailingstreet,
    MailingCity as mailingcity,
    MailingPostalCode as mailingzip,
    MailingCountry as mailingcountry,
from branch.people
