import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Aws, CfnCondition, Fn } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface MonthlyBudgetProps {
  /** US dollars a month, for the whole account. */
  readonly limit: number;
  readonly recipient: ITopic;
}

/**
 * A budget that notifies at 80 percent of its limit, and when the forecast of the month exceeds it. An L1 resource: the
 * CDK has no other. It covers the account, because a filter by tag has no effect until the tag is activated for cost
 * allocation, and would then miss costs silently.
 */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, { limit, recipient }: MonthlyBudgetProps) {
    super(scope, id);
    const commercial = new CfnCondition(this, 'Commercial', {
      // GovCloud and China have no AWS Budgets of their own.
      expression: Fn.conditionEquals(Aws.PARTITION, 'aws'),
    });
    const subscribers = [{ subscriptionType: 'SNS', address: recipient.topicArn }];
    const notifyAt = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: {
        notificationType,
        comparisonOperator: 'GREATER_THAN',
        threshold,
        thresholdType: 'PERCENTAGE',
      },
      subscribers,
    });
    const budget = new CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: limit, unit: 'USD' },
      },
      notificationsWithSubscribers: [notifyAt('ACTUAL', 80), notifyAt('FORECASTED', 100)],
    });
    budget.cfnOptions.condition = commercial;
    // AWS Budgets checks at creation that it may publish to the topic.
    budget.node.addDependency(recipient);
  }
}
