using Cluster.Agent.State;
using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Files;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Agent.Apply;

/// <summary>The files of the apply process: membership, assignments, records, journal, hold, status counter.</summary>
internal sealed class ApplyStore(StateDirectory directory)
{
    private string MembershipFile => Path.Combine(directory.Apply, "membership.json");

    private string AssignmentFile => Path.Combine(directory.Apply, "assignment");

    private string PreviousFile => Path.Combine(directory.Apply, "assignment.previous");

    private string HoldFile => Path.Combine(directory.Apply, "hold.json");

    private string StatusFile => Path.Combine(directory.Apply, "status.json");

    /// <summary>The host's place; null when it never joined.</summary>
    /// <exception cref="DamagedStateException">It cannot be read.</exception>
    public Membership? Membership() => SealedFile.Read(MembershipFile, AgentJson.Default.Membership);

    /// <summary>Stores the host's place.</summary>
    public void Save(Membership membership) => SealedFile.Write(MembershipFile, membership, AgentJson.Default.Membership);

    /// <summary>The newest assignment of which all that was given has arrived; null when there is none.</summary>
    /// <exception cref="DamagedStateException">It cannot be read.</exception>
    public HeldOffer? Assignment() => ReadOffer(AssignmentFile);

    /// <summary>The assignment that was in force before one that waits for confirmation.</summary>
    /// <exception cref="DamagedStateException">It cannot be read.</exception>
    public HeldOffer? Previous() => ReadOffer(PreviousFile);

    /// <summary>Stores a newer assignment; one that waits for confirmation keeps the confirmed one to return to.</summary>
    public void Save(HeldOffer offer, HeldOffer? current)
    {
        if (offer.Assignment.ConfirmDeadline != 0 && current is { Assignment.ConfirmDeadline: 0 })
        {
            SealedFile.WriteBytes(PreviousFile, current.Offer.ToByteArray());
        }

        SealedFile.WriteBytes(AssignmentFile, offer.Offer.ToByteArray());
        Failpoint.Reach(FailpointNames.AssignmentStored);
    }

    /// <summary>Puts assignments of another machine out of the way; they are kept as a copy.</summary>
    public void SetAssignmentsAside()
    {
        foreach (var file in new[] { AssignmentFile, PreviousFile }.Where(File.Exists))
        {
            File.Move(file, file + ".departed", overwrite: true);
        }

        AtomicFile.FlushDirectory(directory.Apply);
    }

    /// <summary>Record of a service; empty when there is none.</summary>
    /// <exception cref="DamagedStateException">It cannot be read.</exception>
    public ServiceRecord Record(string service) =>
        SealedFile.Read(RecordFile(service), AgentJson.Default.ServiceRecord) ?? new ServiceRecord();

    public void Save(string service, ServiceRecord record) =>
        SealedFile.Write(RecordFile(service), record, AgentJson.Default.ServiceRecord);

    /// <summary>Journals of switches that have not ended.</summary>
    /// <exception cref="DamagedStateException">One cannot be read.</exception>
    public IReadOnlyList<JournalEntry> Journals() =>
        [
            .. Directory.EnumerateFileSystemEntries(Path.Combine(directory.Apply, "journal"), "*.json")
                .Order(StringComparer.Ordinal)
                .Select(f => SealedFile.Read(f, AgentJson.Default.JournalEntry)!)
        ];

    /// <summary>Writes how far a switch has come.</summary>
    public void Save(JournalEntry entry) => SealedFile.Write(JournalFile(entry.Service), entry, AgentJson.Default.JournalEntry);

    /// <summary>The switch has ended.</summary>
    public void EndJournal(string service) => AtomicFile.Delete(JournalFile(service));

    /// <summary>The hold; null when nothing is held.</summary>
    /// <exception cref="DamagedStateException">It cannot be read.</exception>
    public HoldRecord? Hold() => SealedFile.Read(HoldFile, AgentJson.Default.HoldRecord);

    /// <summary>Stores or ends a hold.</summary>
    public void Save(HoldRecord? hold)
    {
        if (hold is null) AtomicFile.Delete(HoldFile);
        else SealedFile.Write(HoldFile, hold, AgentJson.Default.HoldRecord);
    }

    /// <summary>The status counter; a damaged one starts anew and grows past what the manager says it has.</summary>
    public StatusRecord Status()
    {
        try
        {
            return SealedFile.Read(StatusFile, AgentJson.Default.StatusRecord) ?? new StatusRecord(0, "");
        }
        catch (DamagedStateException)
        {
            return new StatusRecord(0, "");
        }
    }

    /// <summary>Stores the status counter.</summary>
    public void Save(StatusRecord status) =>
        SealedFile.Write(RenewableFile.MakeRoom(StatusFile), status, AgentJson.Default.StatusRecord);

    private static HeldOffer? ReadOffer(string file)
    {
        if (SealedFile.ReadBytes(file) is not { } bytes) return null;
        try
        {
            return HeldOffer.Read(Offer.Parser.ParseFrom(bytes)) ?? throw new DamagedStateException($"{file} holds no assignment.");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new DamagedStateException($"{file} holds no assignment.", e);
        }
    }

    private string RecordFile(string service) => Path.Combine(directory.Apply, "services", service + ".json");

    private string JournalFile(string service) => Path.Combine(directory.Apply, "journal", service + ".json");
}
