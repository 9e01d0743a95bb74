"""KDS: what a global and its zones tell each other, under which name, and what they keep back.

One file per concern, in the order in which a resource meets them: `core` (a resource without its store), `filters`
(whether it travels), `stages` (how it is relabelled and renamed on the way), `ownership` (which of the receiver's own
objects a stream may touch), `stream` (what is said when). `left_out` lists the rules that do not hold here, and why.

What follows from these rules without a line of its own, as the tests and scenarios show it:

- An offline zone stays visible: its ingress and Dataplanes stay everywhere, and nothing is deleted (KDS-34, KDS-141 [U],
  KDS-142). A disabled one still receives and sends (KDS-36). Every zone gets every mesh (KDS-35).
- A zone without its global goes on with its last state, and a reconnect compares everything in both directions (KDS-144
  to KDS-149): what was deleted meanwhile goes, and drift is repaired at no other time.
- A batch of a zone that comes before its Zone exists ends the session; the first tick after a second hides that
  (KDS-130). A Zone deleted under a connected zone is noticed at its next creation (KDS-157), and made again when the
  zone reconnects (KDS-156).
- Somebody else's write to a synced object may meet a sync of it: a conflict, which ends the session (KDS-152).
- A renamed zone is a new one (KDS-158), which pushes its objects under its new name whatever their labels say (KDS-160
  [U]). Two zones of one name delete each other's objects (KDS-161 [U]).
- Equal names: policies of global and zone both exist (KDS-162), a Mesh or Secret is the global's (KDS-163), generators of
  hostnames collide (KDS-164), Dataplanes of two zones are two objects (KDS-165). Only the global sees them (KDS-180).
- A zone that joins keeps its own policies and loses Meshes and Secrets that the global does not have (KDS-167 to
  KDS-170); copies of its policies that were imported with its labels go at its first response (KDS-171 [U]).
- Types come in any order (KDS-172): a policy before its Mesh, a Mesh before its Secret, an ingress before its services
  (KDS-174 to KDS-176). From zone to zone a change takes two ticks and the writes between them (KDS-178).
- Objects of the Gateway API are no types of Kuma's and never travel; what is made of them in a zone goes up and not
  sideways (KDS-127), and their backends are Services of the same cluster (KDS-128).
"""
