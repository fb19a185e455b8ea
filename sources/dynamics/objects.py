"""The tables read from every environment, as data: declared columns, key, merges.

Declared columns exist in the lake whatever the environment has; custom and further standard ones are added from its
metadata. A lookup that may point to several tables has a second column ``_<name>_type``, the table it points to.
"""

from __future__ import annotations

from datetime import timedelta

from sources.contract import Column, SourceObject

MODIFIED = "modifiedon"
_STAMPED = "createdon modifiedon"
_BY = "_createdby_value _modifiedby_value"
_ADDRESS = "address1_line1 address1_line2 address1_city address1_stateorprovince address1_postalcode address1_country"
_MONEY = "_transactioncurrencyid_value"
_OWNER = "_ownerid_value _ownerid_type"
_CUSTOMER = "_customerid_value _customerid_type"
_TYPES = {
    "text": "VARCHAR",
    "money": "DECIMAL(38,10)",
    "number": "INTEGER",
    "flag": "BOOLEAN",
    "moment": "TIMESTAMP",
    "day": "DATE",
    "version": "BIGINT",
}
# a read that overlaps the last one is for tables without change tracking; the delta of the others has no gap
_LOOKBACK = timedelta(minutes=10)


def _table(name: str, key: str, *, cursor: str | None = MODIFIED, **columns: str) -> SourceObject:
    """Return a table; each keyword is a kind of ``_TYPES``, its value column names."""
    declared = {key: "VARCHAR"}
    for kind, names in columns.items():
        declared |= dict.fromkeys(names.split(), _TYPES[kind])
    merges = "merged" in declared and "_masterid_value" in declared
    return SourceObject(
        name,
        name,
        (key,),
        tuple(Column(each, kind) for each, kind in declared.items()),
        cursor,
        deleted_when='"merged"' if merges else None,
        merged_into="_masterid_value" if merges else None,
        lookback=_LOOKBACK,
        deletes_by="absence from each read" if cursor is None else "change tracking, absence from a complete read",
    )


def custom_table(name: str) -> SourceObject:
    """Return a table that only this environment has. Its key is a guess: the environment names it."""
    return _table(name, f"{name}id", moment=_STAMPED)


OBJECTS: tuple[SourceObject, ...] = (
    _table(
        "account",
        "accountid",
        text="name accountnumber emailaddress1 emailaddress2 telephone1 telephone2 fax websiteurl sic "
        f"tickersymbol {_ADDRESS} _parentaccountid_value _primarycontactid_value _masterid_value "
        f"_originatingleadid_value {_MONEY} {_OWNER} {_BY}",
        money="revenue revenue_base exchangerate",
        number="numberofemployees industrycode customertypecode accountratingcode statecode statuscode",
        flag="donotemail donotphone donotbulkemail merged",
        moment=f"{_STAMPED} overriddencreatedon",
        version="versionnumber",
    ),
    _table(
        "contact",
        "contactid",
        text="salutation firstname middlename lastname fullname emailaddress1 emailaddress2 telephone1 "
        f"telephone2 mobilephone fax jobtitle department governmentid {_ADDRESS} "
        "_parentcustomerid_value _parentcustomerid_type _masterid_value _originatingleadid_value "
        f"{_MONEY} {_OWNER} {_BY}",
        number="gendercode familystatuscode leadsourcecode statecode statuscode",
        flag="donotemail donotphone donotbulkemail merged",
        day="birthdate",
        moment=f"{_STAMPED} overriddencreatedon",
        version="versionnumber",
    ),
    _table(
        "lead",
        "leadid",
        text="subject firstname lastname fullname companyname jobtitle emailaddress1 telephone1 "
        f"mobilephone {_ADDRESS} {_CUSTOMER} _parentaccountid_value _parentcontactid_value "
        f"_qualifyingopportunityid_value _campaignid_value _masterid_value {_MONEY} {_OWNER} {_BY}",
        money="revenue estimatedamount",
        number="leadsourcecode leadqualitycode industrycode statecode statuscode",
        flag="donotemail merged",
        day="estimatedclosedate",
        moment=_STAMPED,
        version="versionnumber",
    ),
    _table(
        "opportunity",
        "opportunityid",
        text=f"name stepname stageid {_CUSTOMER} _parentaccountid_value _parentcontactid_value "
        f"_originatingleadid_value _campaignid_value _pricelevelid_value {_MONEY} {_OWNER} {_BY}",
        money="estimatedvalue actualvalue totalamount discountamount totaltax exchangerate",
        number="closeprobability salesstage salesstagecode opportunityratingcode purchasetimeframe "
        "msdyn_forecastcategory statecode statuscode",
        flag="isrevenuesystemcalculated",
        day="estimatedclosedate actualclosedate",
        moment=_STAMPED,
        version="versionnumber",
    ),
    _table(
        "opportunityproduct",
        "opportunityproductid",
        text=f"productdescription _opportunityid_value _productid_value _uomid_value {_MONEY}",
        money="quantity priceperunit baseamount extendedamount manualdiscountamount tax exchangerate",
        number="lineitemnumber",
        flag="isproductoverridden",
        moment=_STAMPED,
        version="versionnumber",
    ),
    _table("processstage", "processstageid", cursor=None, text="stagename", number="stagecategory"),
    _table(
        "product",
        "productid",
        text=f"productnumber name _parentproductid_value _defaultuomid_value {_MONEY}",
        money="price standardcost currentcost exchangerate",
        number="productstructure statecode statuscode",
        moment=f"{_STAMPED} validfromdate validtodate",
        version="versionnumber",
    ),
    _table(
        "salesorder",
        "salesorderid",
        text=f"name ordernumber {_CUSTOMER} _opportunityid_value _quoteid_value _campaignid_value {_MONEY} "
        f"{_OWNER} {_BY}",
        money="totalamount totallineitemamount discountamount totaltax exchangerate",
        number="statecode statuscode",
        moment=f"{_STAMPED} datefulfilled submitdate requestdeliveryby",
        version="versionnumber",
    ),
    _table(
        "salesorderdetail",
        "salesorderdetailid",
        text=f"productdescription _salesorderid_value _productid_value _uomid_value {_MONEY}",
        money="quantity priceperunit baseamount extendedamount manualdiscountamount tax exchangerate",
        number="lineitemnumber",
        moment=_STAMPED,
        version="versionnumber",
    ),
    _table(
        "activitypointer",
        "activityid",
        text=f"subject activitytypecode _regardingobjectid_value _regardingobjectid_type {_OWNER} {_BY}",
        number="actualdurationminutes prioritycode statecode statuscode",
        moment=f"{_STAMPED} scheduledstart scheduledend actualstart actualend senton",
        version="versionnumber",
    ),
    _table(
        "email",
        "activityid",
        text="subject messageid sender torecipients",
        flag="directioncode",
        moment=f"{_STAMPED} senton",
        version="versionnumber",
    ),
    _table(
        "phonecall",
        "activityid",
        text="subject phonenumber",
        flag="directioncode leftvoicemail",
        moment=_STAMPED,
        version="versionnumber",
    ),
    # parties have no stamp and no change tracking: every read is a whole one
    _table(
        "activityparty",
        "activitypartyid",
        cursor=None,
        text="_activityid_value _partyid_value _partyid_type addressused partyidname",
        number="participationtypemask",
    ),
    _table(
        "incident",
        "incidentid",
        text=f"ticketnumber title {_CUSTOMER} _primarycontactid_value _parentcaseid_value _masterid_value "
        f"{_OWNER} {_BY}",
        number="caseorigincode casetypecode prioritycode severitycode statecode statuscode",
        flag="merged",
        moment=f"{_STAMPED} escalatedon resolveby",
        version="versionnumber",
    ),
    _table(
        "incidentresolution",
        "activityid",
        text="subject _incidentid_value",
        moment=f"{_STAMPED} actualend",
        version="versionnumber",
    ),
    _table(
        "campaign",
        "campaignid",
        text=f"codename name {_MONEY} {_OWNER}",
        money="budgetedcost totalactualcost expectedrevenue exchangerate",
        number="expectedresponse typecode statecode statuscode",
        flag="istemplate",
        moment=f"{_STAMPED} proposedstart proposedend actualstart actualend",
        version="versionnumber",
    ),
    _table(
        "campaignresponse",
        "activityid",
        text=f"subject _regardingobjectid_value _originatingactivityid_value _customer_value _customer_type {_OWNER}",
        number="responsecode channeltypecode statecode statuscode",
        moment=f"{_STAMPED} receivedon",
        version="versionnumber",
    ),
    _table(
        "systemuser",
        "systemuserid",
        text="fullname internalemailaddress domainname _businessunitid_value _parentsystemuserid_value",
        number="accessmode",
        flag="isdisabled",
        moment=_STAMPED,
        version="versionnumber",
    ),
    _table(
        "transactioncurrency",
        "transactioncurrencyid",
        text="isocurrencycode currencyname",
        money="exchangerate",
        number="currencyprecision statecode statuscode",
        moment=_STAMPED,
        version="versionnumber",
    ),
    _table(
        "organization",
        "organizationid",
        cursor=None,
        text="name _basecurrencyid_value",
        number="localeid expirechangetrackingindays",
        moment=f"{_STAMPED} fiscalcalendarstart",
        version="versionnumber",
    ),
    # the labels of every choice; one that is retired vanishes there and stays in the log, as deleted
    _table(
        "stringmap",
        "stringmapid",
        cursor=None,
        text="objecttypecode attributename value",
        number="attributevalue langid displayorder",
    ),
)
