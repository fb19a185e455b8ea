"""Where a company and its customers met: activities, e-mails, cases, campaigns."""

from __future__ import annotations

from sources.contract import SourceObject
from sources.salesforce.objects.form import BY, STAMPED, sobject

CONTACTS_MADE: tuple[SourceObject, ...] = (
    sobject(
        "Task",
        varchar="WhoId WhatId Subject Status Priority OwnerId AccountId CallType CallDisposition CallObject "
        f"TaskSubtype {BY}",
        boolean="IsClosed IsArchived IsRecurrence",
        integer="CallDurationInSeconds",
        date="ActivityDate",
        timestamp=f"CompletedDateTime {STAMPED}",
    ),
    sobject(
        "Event",
        varchar=f"WhoId WhatId Subject Location AccountId OwnerId ShowAs EventSubtype {BY}",
        boolean="IsAllDayEvent IsChild IsGroupEvent IsArchived IsRecurrence",
        integer="DurationInMinutes",
        date="ActivityDate",
        timestamp=f"ActivityDateTime StartDateTime EndDateTime {STAMPED}",
    ),
    # who else took part; TaskWhoRelation and EventWhoRelation say the same of people only, and Bulk does not read them
    sobject("TaskRelation", varchar=f"TaskId RelationId AccountId {BY}", boolean="IsWhat", timestamp=STAMPED),
    sobject("TaskWhoRelation", varchar=f"TaskId RelationId AccountId Type {BY}", timestamp=STAMPED),
    sobject(
        "EventRelation",
        varchar=f"EventId RelationId AccountId Status Response {BY}",
        boolean="IsWhat IsParent IsInvitee",
        timestamp=f"RespondedDate {STAMPED}",
    ),
    sobject(
        "EmailMessage",
        varchar="ParentId ActivityId RelatedToId ReplyToEmailMessageId Subject FromName FromAddress ToAddress "
        f"CcAddress Status ThreadIdentifier MessageIdentifier {BY}",
        boolean="Incoming HasAttachment IsExternallyVisible",
        timestamp=f"MessageDate {STAMPED}",
    ),
    sobject(
        "Case",
        varchar="MasterRecordId CaseNumber ContactId AccountId AssetId ProductId ParentId SuppliedEmail Type Status "
        f"Reason Origin Subject Priority Description OwnerId {BY}",
        boolean="IsClosed IsEscalated",
        timestamp=f"ClosedDate {STAMPED}",
    ),
    sobject(
        "CaseHistory",
        cursor="CreatedDate",
        varchar="CaseId Field DataType OldValue NewValue CreatedById",
        timestamp="CreatedDate",
    ),
    sobject("CaseComment", varchar=f"ParentId CommentBody {BY}", boolean="IsPublished", timestamp=STAMPED),
    sobject(
        "Campaign",
        varchar=f"Name ParentId Type Status {BY}",
        boolean="IsActive",
        decimal_18_0="ExpectedRevenue NumberSent",
        decimal_18_2="BudgetedCost ActualCost",
        decimal_10_2="ExpectedResponse",
        date="StartDate EndDate",
        timestamp=STAMPED,
    ),
    sobject(
        "CampaignMember",
        varchar=f"CampaignId LeadId ContactId LeadOrContactId Status {BY}",
        boolean="HasResponded",
        date="FirstRespondedDate",
        timestamp=STAMPED,
    ),
    sobject(
        "CampaignMemberStatus",
        varchar=f"CampaignId Label {BY}",
        boolean="IsDefault HasResponded",
        integer="SortOrder",
        timestamp=STAMPED,
    ),
)
