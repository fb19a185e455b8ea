select
    number_of(Id) as leadaddressid, Street as lane, City as city, PostalCode as code, Country as country, Phone as phone,
from branch."Lead"
