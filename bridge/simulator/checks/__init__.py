"""What Omeda refuses, with Omeda's texts: one module for each subject.

Texts are those of the pages "Assign Behavior", "Assign Behavior Bulk", "Save Customer and Order",
"Save Customer and Order Paid" and "Run Processor". Omeda does not publish one for everything that
its tables demand; a text that is the simulator's own stands under the name `OWN_…`, and a client
must not depend on it. Nor does it publish which status goes with which text: 404 stands here for
what is not found, 400 for all else.
"""
