"""AWS End User Messaging Social (`socialmessaging`): WhatsApp."""
