"""Use case 6: a conversation with customer service; orders and the state of the conversation are in DynamoDB."""

from stage import open_stage

CUSTOMER = "+15551234567"


def table(stage, name, key):
    """Create a table with one key."""
    stage.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
    )
    return stage.session.resource("dynamodb").Table(name)


def answer(orders, conversations, number, body):
    """Return the application's answer to a text."""
    expected = conversations.get_item(Key={"Number": number}).get("Item", {}).get("Expects")
    order = orders.get_item(Key={"Number": number})["Item"]
    if expected == "address":
        orders.update_item(
            Key={"Number": number}, UpdateExpression="SET Address = :a", ExpressionAttributeValues={":a": body}
        )
        conversations.delete_item(Key={"Number": number})
        return f"Done: order #{order['Order']} goes to {body}."
    if "address" in body.lower():
        conversations.put_item(Item={"Number": number, "Expects": "address"})
        return "Sure! What's the new address?"
    return f"Your order #{order['Order']} is in Transit. ETA April 29."


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        orders, conversations = table(stage, "orders", "Number"), table(stage, "conversations", "Number")
        orders.put_item(Item={"Number": CUSTOMER, "Order": "ABC", "Address": "1 Main St"})
        for body in ("How do I track my order?", "Can I change delivery address?", "5 Elm St"):
            stage.recipient(CUSTOMER).reply(body, to=stage.number)
            for number, said in stage.replies():
                stage.text(number, answer(orders, conversations, number, said))

        assert orders.get_item(Key={"Number": CUSTOMER})["Item"]["Address"] == "5 Elm St"
        assert stage.read(CUSTOMER) == [
            "Your order #ABC is in Transit. ETA April 29.",
            "Sure! What's the new address?",
            "Done: order #ABC goes to 5 Elm St.",
        ]
        print("\n".join(stage.read(CUSTOMER)))


if __name__ == "__main__":
    main()
