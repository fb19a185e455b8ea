"""The objects read from every Salesforce org, as data: which there are, and which of them every org has."""

from __future__ import annotations

from sources.contract import SourceObject
from sources.salesforce.objects.catalogue import CATALOGUE
from sources.salesforce.objects.contacts_made import CONTACTS_MADE
from sources.salesforce.objects.form import BY, CURSORS, STAMPED, sobject
from sources.salesforce.objects.people import PEOPLE
from sources.salesforce.objects.sales import SALES

__all__ = ["CURSORS", "OBJECTS", "REQUIRED", "UNREAD", "extra_object"]

OBJECTS: tuple[SourceObject, ...] = (*PEOPLE, *SALES, *CATALOGUE, *CONTACTS_MADE)

# what every org has: hidden from the integration user it would be a silent loss. The others come with a feature
REQUIRED = frozenset(
    {"Account", "Contact", "Lead", "User", "Opportunity", "OpportunityLineItem", "OpportunityHistory", "Product2"}
    | {"Task", "Event", "Case", "Campaign", "CampaignMember"}
)

# fields left in the org: the bodies of e-mails are large, and no figure is made of them
UNREAD = {"EmailMessage": frozenset({"TextBody", "HtmlBody", "Headers"})}


def extra_object(name: str) -> SourceObject:
    """Return an object that only this org has, or that is not among OBJECTS, by its API name."""
    return sobject(name, varchar=f"Name {BY}", timestamp=STAMPED)
