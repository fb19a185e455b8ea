select
    guid_of(concat_ws(' ', objecttypecode, attributename, attributevalue)) as stringmapid,
    objecttypecode, attributename, attributevalue, value,
    1033 as langid,
    attributevalue as displayorder,
    1 as versionnumber,
from choices
