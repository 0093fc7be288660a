import { connectorInteractions } from "../interactions/connector.js";
import { testConsumer } from "./http-consumer.js";

testConsumer("signal-apollo-connector", connectorInteractions);
