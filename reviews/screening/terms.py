"""Our own words, as in docs/glossary.md: no marks by themselves, though somebody may be called so."""

TERMS = frozenset(
    line.strip()
    for line in """
agency
agency lead
analyst peer
archive
area for further consideration
atom
base room
case mapping
certificate
class of record
close
contributed note
critical friend
dcs
excerpt
finding
framework
gather
host
keep-in-touch
invitation
key question
late round
lead-in
line of enquiry
lscb
milestone
non-attributable
organiser
peer
prioritisation workshop
probe
release
review
review manager
screening
source class
sponsor
spare slot
strand
team leader
triangulation
""".splitlines()
    if line.strip()
)
