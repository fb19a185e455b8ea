"""Who a company deals with, and who works for it: customers, leads, users and their roles."""

from __future__ import annotations

from sources.contract import SourceObject
from sources.salesforce.objects.form import BY, STAMPED, sobject

PEOPLE: tuple[SourceObject, ...] = (
    sobject(
        "Account",
        varchar="MasterRecordId Name Type ParentId Phone Fax Website AccountNumber Sic Industry Ownership Rating "
        "BillingStreet BillingCity BillingState BillingPostalCode BillingCountry "
        "ShippingStreet ShippingCity ShippingState ShippingPostalCode ShippingCountry "
        f"OwnerId RecordTypeId AccountSource PersonContactId FirstName LastName PersonEmail {BY}",
        boolean="IsPersonAccount",
        integer="NumberOfEmployees",
        decimal_18_0="AnnualRevenue",
        decimal_18_15="BillingLatitude BillingLongitude ShippingLatitude ShippingLongitude",
        date="LastActivityDate",
        timestamp=STAMPED,
    ),
    sobject(
        "Contact",
        varchar="MasterRecordId AccountId LastName FirstName Salutation Name "
        "OtherStreet OtherCity OtherState OtherPostalCode OtherCountry "
        "MailingStreet MailingCity MailingState MailingPostalCode MailingCountry "
        "Phone Fax MobilePhone HomePhone OtherPhone ReportsToId Email Title Department LeadSource OwnerId "
        f"EmailBouncedReason IndividualId {BY}",
        boolean="HasOptedOutOfEmail DoNotCall",
        decimal_18_15="OtherLatitude OtherLongitude MailingLatitude MailingLongitude",
        date="Birthdate",
        timestamp=f"EmailBouncedDate {STAMPED}",
    ),
    sobject(
        "AccountContactRelation",
        varchar=f"AccountId ContactId Roles {BY}",
        boolean="IsDirect IsActive",
        date="StartDate EndDate",
        timestamp=STAMPED,
    ),
    sobject(
        "Lead",
        varchar="MasterRecordId LastName FirstName Title Company Street City State PostalCode Country Phone "
        "MobilePhone Email LeadSource Status Industry Rating OwnerId "
        f"ConvertedAccountId ConvertedContactId ConvertedOpportunityId {BY}",
        boolean="IsConverted",
        integer="NumberOfEmployees",
        decimal_18_0="AnnualRevenue",
        decimal_18_15="Latitude Longitude",
        date="ConvertedDate",
        timestamp=STAMPED,
    ),
    # a user is deactivated, never deleted
    sobject(
        "User",
        deletes=False,
        varchar="Username Name Email TimeZoneSidKey UserRoleId ProfileId UserType ManagerId DefaultCurrencyIsoCode "
        f"CurrencyIsoCode {BY}",
        boolean="IsActive",
        timestamp=STAMPED,
    ),
    # setup records have no delete flag and are few: every read is a snapshot
    sobject(
        "UserRole", cursor=None, deletes=False, varchar="Name DeveloperName ParentRoleId", timestamp="SystemModstamp"
    ),
    sobject(
        "Group", cursor=None, deletes=False, varchar="Name DeveloperName Type RelatedId OwnerId", timestamp=STAMPED
    ),
    sobject("GroupMember", cursor=None, deletes=False, varchar="GroupId UserOrGroupId", timestamp="SystemModstamp"),
    sobject("Profile", cursor=None, deletes=False, varchar="Name UserType", timestamp=STAMPED),
    sobject(
        "RecordType",
        cursor=None,
        deletes=False,
        varchar="Name DeveloperName SobjectType Description",
        boolean="IsActive",
        timestamp=STAMPED,
    ),
    sobject(
        "Organization",
        cursor=None,
        deletes=False,
        varchar="Name DefaultCurrencyIsoCode TimeZoneSidKey OrganizationType LanguageLocaleKey",
        boolean="IsSandbox",
        integer="FiscalYearStartMonth",
        timestamp=STAMPED,
    ),
)
