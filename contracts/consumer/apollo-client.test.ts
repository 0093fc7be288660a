import { apolloClientInteractions } from "../interactions/apollo-client.js";
import { testConsumer } from "./http-consumer.js";

testConsumer("apollo-client", apolloClientInteractions);
