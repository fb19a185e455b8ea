select
    number_of(Id) as contactid,
    'CON' || counter_of(Id) as contact_no,
    coalesce(number_of(AccountId), 0) as accountid,
    Salutation as salutation,
    FirstName as firstname,
    LastName as lastname,
    Email as email,
    Phone as phone,
    MobilePhone as mobile,
    Title as title,
    flag(DoNotCall) as donotcall,
    flag(HasOptedOutOfEmail) as emailoptout,
from branch.people
