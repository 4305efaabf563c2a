using Cluster.Agent.Drivers;
using Cluster.Agent.Link;
using Cluster.Agent.State;
using Cluster.Agent.Trust;

namespace Cluster.Agent.Apply;

/// <summary>What the apply process knows, shared by its loops; every value is immutable and replaced whole.</summary>
internal sealed class HostState(ApplyStore store, IReadOnlyDictionary<string, IServiceDriver> drivers)
{
    private readonly Lock gate = new();
    private readonly Lock writing = new();
    private readonly Dictionary<string, ServiceRecord> records = [];
    private readonly Dictionary<string, bool> running = [];
    private readonly HashSet<string> unsaved = [];
    private readonly HashSet<string> applying = [];

    /// <summary>Raised after anything changed that a status shows.</summary>
    public event Action? Changed;

    public IReadOnlyDictionary<string, IServiceDriver> Drivers => drivers;

    /// <summary>The host's place; null when its state cannot be read.</summary>
    public Membership? Membership { get; private set; }

    /// <summary>The trust set; null when it cannot be read.</summary>
    public TrustedSet? Trust { get; private set; }

    /// <summary>The newest assignment that is stored.</summary>
    public HeldOffer? Assignment { get; private set; }

    /// <summary>The assignment to return to when the newest is not confirmed in time.</summary>
    public HeldOffer? Previous { get; private set; }

    /// <summary>The hold; null when nothing is held.</summary>
    public HoldRecord? Hold { get; private set; }

    /// <summary>Why nothing is applied; empty when all is well.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Id of the newest orders that were carried out since the start; 0 = none.</summary>
    public ulong OrdersDone { get; private set; }

    /// <summary>How the connection stands.</summary>
    public SessionReport Session { get; private set; } = new() { Connected = false, Problem = "starting" };

    /// <summary>Reads everything from disk; what cannot be read becomes the problem, and nothing is applied until it can.</summary>
    public void Load(TrustStore trust)
    {
        try
        {
            Membership = store.Membership();
            Trust = trust.Load();
            Assignment = store.Assignment();
            Previous = store.Previous();
            Hold = store.Hold();
            foreach (var service in drivers.Keys) records[service] = store.Record(service);
            Problem = Membership is null || Trust is null ? "The host is in no cluster, or its state is incomplete: join it." : "";
        }
        catch (DamagedStateException e)
        {
            Problem = e.Message;
        }

        Changed?.Invoke();
    }

    /// <summary>Something that was found damaged after the start: nothing is applied until the state is read again and is whole.</summary>
    public void Note(DamagedStateException damage)
    {
        Problem = damage.Message;
        Changed?.Invoke();
    }

    public ServiceRecord Record(string service)
    {
        lock (gate) return records.GetValueOrDefault(service) ?? new ServiceRecord();
    }

    /// <summary>
    /// A record as people and managers are told it. While the state cannot be used nobody looks at the services, so that what was
    /// proven before may hold no more.
    /// </summary>
    public ServiceRecord Told(string service) => Problem.Length > 0 ? Record(service) with { Verified = null } : Record(service);

    /// <summary>Whether the software of a service ran when it was looked at last.</summary>
    public bool IsRunning(string service)
    {
        lock (gate) return running.GetValueOrDefault(service);
    }

    /// <summary>Whether a service is being changed now.</summary>
    public bool IsApplying(string service)
    {
        lock (gate) return applying.Contains(service);
    }

    /// <summary>Changes a record durably.</summary>
    /// <exception cref="IOException">It could not be stored; the old one stands.</exception>
    public void SaveRecord(string service, Func<ServiceRecord, ServiceRecord> change)
    {
        lock (writing)
        {
            var record = change(Record(service));
            store.Save(service, record);
            Replace(service, record, saved: true);
        }

        Changed?.Invoke();
    }

    /// <summary>Changes a record, and stores it as soon as the disk allows: for facts that may be lost at worst.</summary>
    /// <param name="service">Service.</param>
    /// <param name="change">Is given the record as it is now: what another loop noted in the meantime is never lost.</param>
    public void NoteRecord(string service, Func<ServiceRecord, ServiceRecord> change)
    {
        lock (writing)
        {
            var before = Record(service);
            var record = change(before);
            if (record == before) return;
            Replace(service, record, TrySave(service, record));
        }

        Changed?.Invoke();
    }

    /// <summary>Tries again to store what could not be stored.</summary>
    public void SaveUnsaved()
    {
        lock (writing)
        {
            foreach (var service in unsaved.ToArray())
            {
                if (TrySave(service, Record(service))) unsaved.Remove(service);
            }
        }
    }

    /// <summary>Notes whether software runs.</summary>
    public void NoteRunning(string service, bool isRunning)
    {
        lock (gate)
        {
            if (running.TryGetValue(service, out var before) && before == isRunning) return;
            running[service] = isRunning;
        }

        Changed?.Invoke();
    }

    /// <summary>Notes that a service is being changed, or no longer.</summary>
    public void NoteApplying(string service, bool isApplying)
    {
        lock (gate)
        {
            if (!(isApplying ? applying.Add(service) : applying.Remove(service))) return;
        }

        Changed?.Invoke();
    }

    /// <summary>Stores a newer assignment.</summary>
    /// <exception cref="IOException">It could not be stored; the old one stands.</exception>
    public void Take(HeldOffer offer)
    {
        store.Save(offer, Assignment);
        if (offer.Assignment.ConfirmDeadline != 0 && Assignment is { Assignment.ConfirmDeadline: 0 }) Previous = Assignment;
        Assignment = offer;
        Changed?.Invoke();
    }

    /// <summary>Stores the host's place anew.</summary>
    /// <exception cref="IOException">It could not be stored; the old one stands.</exception>
    public void Save(Membership membership)
    {
        if (membership == Membership) return;
        store.Save(membership);
        Membership = membership;
        Changed?.Invoke();
    }

    /// <summary>Replaces the trust set, which its store has written.</summary>
    public void Replace(TrustedSet trust)
    {
        Trust = trust;
        Changed?.Invoke();
    }

    /// <summary>Stores or ends a hold.</summary>
    /// <exception cref="IOException">It could not be stored; the old one stands.</exception>
    public void SetHold(HoldRecord? hold)
    {
        store.Save(hold);
        Hold = hold;
        Changed?.Invoke();
    }

    /// <summary>Notes that orders were carried out.</summary>
    public void NoteOrdersDone(ulong id)
    {
        OrdersDone = id;
        Changed?.Invoke();
    }

    /// <summary>Notes how the connection stands.</summary>
    public void Note(SessionReport report) => Session = report;

    private bool TrySave(string service, ServiceRecord record)
    {
        try
        {
            store.Save(service, record);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Replace(string service, ServiceRecord record, bool saved)
    {
        lock (gate) records[service] = record;
        if (saved) unsaved.Remove(service);
        else unsaved.Add(service);
    }
}
