using Cluster.Contracts.Json;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Time;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Checks the options of a commit and brings them into the form that its rollout keeps.</summary>
internal static class CommitOptions
{
    private const int LongestComment = 2000;

    /// <summary>Checks all of them at once.</summary>
    public static Outcome<RolloutOptions> Read(CommitRequest request)
    {
        var errors = new List<FieldError>();
        var rollout = request.Rollout ?? new RolloutRequest();
        if (request.Comment.Length > LongestComment) errors.Add(new FieldError("/comment", "length", $"A comment has at most {LongestComment} characters."));
        if (rollout.Strategy is RolloutStrategy.Canary or RolloutStrategy.Waves)
            errors.Add(new FieldError("/rollout/strategy", "not-served", "This version rolls out to all machines at once; use 'all'."));
        if (rollout.MaxFailures < 0) errors.Add(new FieldError("/rollout/maxFailures", "range", "It is 0 or more."));
        var confirm = Duration(request.ConfirmWithin, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24), "10s and 24h", "/confirmWithin", errors);
        var deadline = Duration(rollout.ProgressDeadline, TimeSpan.FromSeconds(10), TimeSpan.FromDays(30), "10s and 30d", "/rollout/progressDeadline", errors);
        if (errors.Count > 0) return CommonFailures.Invalid(errors);
        return new RolloutOptions
        {
            MaxFailures = rollout.MaxFailures ?? 0,
            ProgressDeadlineSeconds = (long?)deadline?.TotalSeconds ?? new RolloutOptions().ProgressDeadlineSeconds,
            ConfirmWithinSeconds = (long?)confirm?.TotalSeconds,
            Atomicity = request.Atomicity ?? Atomicity.Service,
        };
    }

    private static TimeSpan? Duration(string? text, TimeSpan minimum, TimeSpan maximum, string range, string pointer, List<FieldError> errors)
    {
        if (text is null) return null;
        if (!DurationText.TryParse(text, out var value)) errors.Add(new FieldError(pointer, "duration", "A duration is a whole number with s, m, h or d, for example 90s, 12h or 30d."));
        else if (value < minimum || value > maximum) errors.Add(new FieldError(pointer, "range", $"The duration must lie between {range}."));
        return value;
    }
}
