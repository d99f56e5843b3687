// Read all opt-out lists, two to a page, and tell the pages.

import { client, sdk, tell } from "./sdk.mjs";

const pages = [];
for await (const page of sdk.paginateDescribeOptOutLists({ client, pageSize: 2 }, {})) {
  pages.push(page.OptOutLists.map((list) => list.OptOutListName));
}
tell(pages);
