select
    number_of(Id) as accountid,
    'ACC' || counter_of(Id) as account_no,
    Name as accountname,
    Industry as industry,
    NumberOfEmployees as employees,
    Phone as phone,
    Website as website,
from branch.firms
