from collections.abc import AsyncIterator
from typing import Any, Optional, Union

from .async_base_client import AsyncBaseClient
from .base_model import UNSET, UnsetType
from .changes import Changes, ChangesChanges
from .contact import Contact, ContactContact
from .input_types import ChangeFilter, SetStatusesInput, SetStatusInput
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
from .status_changed import StatusChanged, StatusChangedStatusChanged
from .viewer import Viewer, ViewerViewer


def gql(q: str) -> str:
    return q


class Client(AsyncBaseClient):
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
