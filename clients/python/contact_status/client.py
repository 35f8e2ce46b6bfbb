from collections.abc import AsyncIterator
from typing import Any, Optional, Union

from .async_base_client import AsyncBaseClient
from .base_model import UNSET, UnsetType
from .bulk_change import BulkChange, BulkChangeBulkChange
from .changes import Changes, ChangesChanges
from .contact import Contact, ContactContact
from .create_webhook import (
    CreateWebhook,
    CreateWebhookCreateWebhookCreateWebhookFailure,
    CreateWebhookCreateWebhookCreateWebhookSuccess,
)
from .deliveries import Deliveries, DeliveriesDeliveries
from .enums import DeliveryState
from .input_types import (
    ChangeFilter,
    CreateWebhookInput,
    PreviewBulkChangeInput,
    RedeliverInput,
    SetStatusesInput,
    SetStatusInput,
    StartBulkChangeInput,
    UndoInput,
)
from .preview_bulk_change import (
    PreviewBulkChange,
    PreviewBulkChangePreviewBulkChangePreviewBulkChangeFailure,
    PreviewBulkChangePreviewBulkChangePreviewBulkChangeSuccess,
)
from .redeliver import (
    Redeliver,
    RedeliverRedeliverRedeliverFailure,
    RedeliverRedeliverRedeliverSuccess,
)
from .set_status import (
    SetStatus,
    SetStatusSetStatusSetStatusFailure,
    SetStatusSetStatusSetStatusSuccess,
)
from .set_statuses import (
    SetStatuses,
    SetStatusesSetStatusesSetStatusesFailure,
    SetStatusesSetStatusesSetStatusesSuccess,
)
from .start_bulk_change import (
    StartBulkChange,
    StartBulkChangeStartBulkChangeStartBulkChangeFailure,
    StartBulkChangeStartBulkChangeStartBulkChangeSuccess,
)
from .status_changed import StatusChanged, StatusChangedStatusChanged
from .undo import Undo, UndoUndoUndoFailure, UndoUndoUndoSuccess
from .viewer import Viewer, ViewerViewer


def gql(q: str) -> str:
    return q


class Client(AsyncBaseClient):
    async def preview_bulk_change(
        self, input: PreviewBulkChangeInput, **kwargs: Any
    ) -> Union[
        PreviewBulkChangePreviewBulkChangePreviewBulkChangeFailure,
        PreviewBulkChangePreviewBulkChangePreviewBulkChangeSuccess,
    ]:
        query = gql("""
            query PreviewBulkChange($input: PreviewBulkChangeInput!) {
              previewBulkChange(input: $input) {
                __typename
                ... on PreviewBulkChangeSuccess {
                  preview {
                    total
                    changed
                    refused
                    reasons {
                      code
                      count
                    }
                    token
                    expiresAt
                  }
                }
                ... on PreviewBulkChangeFailure {
                  reasons {
                    __typename
                    ...Why
                  }
                }
              }
            }

            fragment Why on Reason {
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query,
            operation_name="PreviewBulkChange",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return PreviewBulkChange.model_validate(data).preview_bulk_change

    async def start_bulk_change(
        self, input: StartBulkChangeInput, **kwargs: Any
    ) -> Union[
        StartBulkChangeStartBulkChangeStartBulkChangeFailure,
        StartBulkChangeStartBulkChangeStartBulkChangeSuccess,
    ]:
        query = gql("""
            mutation StartBulkChange($input: StartBulkChangeInput!) {
              startBulkChange(input: $input) {
                __typename
                ... on StartBulkChangeSuccess {
                  bulkChange {
                    ...Progress
                  }
                }
                ... on StartBulkChangeFailure {
                  reasons {
                    __typename
                    ...Why
                  }
                }
              }
            }

            fragment Progress on BulkChange {
              id
              state
              total
              done
              changed
              refused
              reasons {
                code
                count
              }
            }

            fragment Why on Reason {
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="StartBulkChange", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return StartBulkChange.model_validate(data).start_bulk_change

    async def bulk_change(
        self, id: str, **kwargs: Any
    ) -> Optional[BulkChangeBulkChange]:
        query = gql("""
            query BulkChange($id: ID!) {
              bulkChange(id: $id) {
                ...Progress
              }
            }

            fragment Progress on BulkChange {
              id
              state
              total
              done
              changed
              refused
              reasons {
                code
                count
              }
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query, operation_name="BulkChange", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return BulkChange.model_validate(data).bulk_change

    async def set_status(
        self, input: SetStatusInput, **kwargs: Any
    ) -> Union[SetStatusSetStatusSetStatusFailure, SetStatusSetStatusSetStatusSuccess]:
        query = gql("""
            mutation SetStatus($input: SetStatusInput!) {
              setStatus(input: $input) {
                __typename
                ... on SetStatusSuccess {
                  before
                  after
                  contact {
                    ...ContactParts
                  }
                  activity {
                    id
                  }
                }
                ... on SetStatusFailure {
                  present: contact {
                    ...ContactParts
                  }
                  reasons {
                    __typename
                    ...Why
                  }
                  wayOut {
                    kind
                    status
                  }
                }
              }
            }

            fragment ContactParts on Contact {
              id
              email
              statuses
              version
            }

            fragment Why on Reason {
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="SetStatus", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return SetStatus.model_validate(data).set_status

    async def set_statuses(
        self, input: SetStatusesInput, **kwargs: Any
    ) -> Union[
        SetStatusesSetStatusesSetStatusesFailure,
        SetStatusesSetStatusesSetStatusesSuccess,
    ]:
        query = gql("""
            mutation SetStatuses($input: SetStatusesInput!) {
              setStatuses(input: $input) {
                __typename
                ... on SetStatusesSuccess {
                  bulkId
                  summary {
                    changed
                    refused
                    reasons {
                      code
                      count
                    }
                  }
                  results {
                    __typename
                    ...Result
                  }
                }
                ... on SetStatusesFailure {
                  reasons {
                    __typename
                    ...Why
                  }
                  results {
                    __typename
                    ...Result
                  }
                }
              }
            }

            fragment ContactParts on Contact {
              id
              email
              statuses
              version
            }

            fragment Result on SetStatusResult {
              ... on SetStatusSuccess {
                after
                contact {
                  ...ContactParts
                }
              }
              ... on SetStatusFailure {
                present: contact {
                  ...ContactParts
                }
                reasons {
                  __typename
                  ...Why
                }
              }
            }

            fragment Why on Reason {
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="SetStatuses", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return SetStatuses.model_validate(data).set_statuses

    async def viewer(self, **kwargs: Any) -> Optional[ViewerViewer]:
        query = gql("""
            query Viewer {
              viewer {
                team {
                  name
                }
                member {
                  id
                  name
                }
                scopes
              }
            }
            """)
        variables: dict[str, object] = {}
        response = await self.execute(
            query=query, operation_name="Viewer", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Viewer.model_validate(data).viewer

    async def contact(
        self,
        id: Union[Optional[str], UnsetType] = UNSET,
        email: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> Optional[ContactContact]:
        query = gql("""
            query Contact($id: ID, $email: String) {
              contact(id: $id, email: $email) {
                ...ContactParts
              }
            }

            fragment ContactParts on Contact {
              id
              email
              statuses
              version
            }
            """)
        variables: dict[str, object] = {"id": id, "email": email}
        response = await self.execute(
            query=query, operation_name="Contact", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Contact.model_validate(data).contact

    async def changes(
        self,
        after: Union[Optional[str], UnsetType] = UNSET,
        first: Union[Optional[int], UnsetType] = UNSET,
        filter_: Union[Optional[ChangeFilter], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> ChangesChanges:
        query = gql("""
            query Changes($after: String, $first: Int, $filter: ChangeFilter) {
              changes(after: $after, first: $first, filter: $filter) {
                nodes {
                  ...Change
                }
                pageInfo {
                  endCursor
                  hasNextPage
                }
              }
            }

            fragment Change on Activity {
              id
              kind
              before
              after
              version
              recordedAt
              contact {
                ...ContactParts
              }
            }

            fragment ContactParts on Contact {
              id
              email
              statuses
              version
            }
            """)
        variables: dict[str, object] = {
            "after": after,
            "first": first,
            "filter": filter_,
        }
        response = await self.execute(
            query=query, operation_name="Changes", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Changes.model_validate(data).changes

    async def status_changed(
        self,
        after: Union[Optional[str], UnsetType] = UNSET,
        filter_: Union[Optional[ChangeFilter], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> AsyncIterator[StatusChangedStatusChanged]:
        query = gql("""
            subscription StatusChanged($after: String, $filter: ChangeFilter) {
              statusChanged(after: $after, filter: $filter) {
                cursor
                node {
                  ...Change
                }
              }
            }

            fragment Change on Activity {
              id
              kind
              before
              after
              version
              recordedAt
              contact {
                ...ContactParts
              }
            }

            fragment ContactParts on Contact {
              id
              email
              statuses
              version
            }
            """)
        variables: dict[str, object] = {"after": after, "filter": filter_}
        async for data in self.execute_ws(
            query=query, operation_name="StatusChanged", variables=variables, **kwargs
        ):
            yield StatusChanged.model_validate(data).status_changed

    async def undo(
        self, input: UndoInput, **kwargs: Any
    ) -> Union[UndoUndoUndoFailure, UndoUndoUndoSuccess]:
        query = gql("""
            mutation Undo($input: UndoInput!) {
              undo(input: $input) {
                __typename
                ... on UndoSuccess {
                  bulkId
                  summary {
                    changed
                    refused
                    reasons {
                      code
                      count
                    }
                  }
                  results {
                    __typename
                    ...Result
                  }
                }
                ... on UndoFailure {
                  reasons {
                    __typename
                    ...Why
                  }
                  results {
                    __typename
                    ...Result
                  }
                }
              }
            }

            fragment ContactParts on Contact {
              id
              email
              statuses
              version
            }

            fragment Result on SetStatusResult {
              ... on SetStatusSuccess {
                after
                contact {
                  ...ContactParts
                }
              }
              ... on SetStatusFailure {
                present: contact {
                  ...ContactParts
                }
                reasons {
                  __typename
                  ...Why
                }
              }
            }

            fragment Why on Reason {
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="Undo", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Undo.model_validate(data).undo

    async def create_webhook(
        self, input: CreateWebhookInput, **kwargs: Any
    ) -> Union[
        CreateWebhookCreateWebhookCreateWebhookFailure,
        CreateWebhookCreateWebhookCreateWebhookSuccess,
    ]:
        query = gql("""
            mutation CreateWebhook($input: CreateWebhookInput!) {
              createWebhook(input: $input) {
                __typename
                ... on CreateWebhookSuccess {
                  secret
                  webhook {
                    id
                    url
                  }
                }
                ... on CreateWebhookFailure {
                  reasons {
                    __typename
                    ...Why
                  }
                }
              }
            }

            fragment Why on Reason {
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="CreateWebhook", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CreateWebhook.model_validate(data).create_webhook

    async def deliveries(
        self,
        webhook_id: str,
        state: Union[Optional[DeliveryState], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> DeliveriesDeliveries:
        query = gql("""
            query Deliveries($webhookId: ID!, $state: DeliveryState, $after: String) {
              deliveries(webhookId: $webhookId, state: $state, after: $after) {
                nodes {
                  id
                  state
                  attempts
                  statusCode
                  reason
                }
                pageInfo {
                  endCursor
                  hasNextPage
                }
              }
            }
            """)
        variables: dict[str, object] = {
            "webhookId": webhook_id,
            "state": state,
            "after": after,
        }
        response = await self.execute(
            query=query, operation_name="Deliveries", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Deliveries.model_validate(data).deliveries

    async def redeliver(
        self, input: RedeliverInput, **kwargs: Any
    ) -> Union[RedeliverRedeliverRedeliverFailure, RedeliverRedeliverRedeliverSuccess]:
        query = gql("""
            mutation Redeliver($input: RedeliverInput!) {
              redeliver(input: $input) {
                __typename
                ... on RedeliverSuccess {
                  delivery {
                    id
                    state
                  }
                }
                ... on RedeliverFailure {
                  reasons {
                    __typename
                    ...Why
                  }
                }
              }
            }

            fragment Why on Reason {
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="Redeliver", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Redeliver.model_validate(data).redeliver
